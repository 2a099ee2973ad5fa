# expect: nothing
app.config['WTF_CSRF_ENABLED'] = True
