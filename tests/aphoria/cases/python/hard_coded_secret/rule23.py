# expect: nothing
client = connect("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
