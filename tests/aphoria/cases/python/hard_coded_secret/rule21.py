# expect: secret/hard_coded/token = true
client = connect("ghp_R7kQ2mZx9LwT4vBn6YcJ1sHd8FgP3aXeUo5i")
