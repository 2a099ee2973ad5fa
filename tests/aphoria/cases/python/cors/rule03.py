# expect: cors/allow_origin = *
def f(r):
    r.headers['Access-Control-Allow-Origin'] = '*'
