from markupsafe import escape


def page(name):
    return "<html><body>Hello " + str(escape(name)) + "</body></html>"
