# expect: csrf/protection/enabled = false
app.config['WTF_CSRF_ENABLED'] = False
