from markupsafe import escape


def page(name):
    return "<html><body>Hello " + name + "</body></html>"
