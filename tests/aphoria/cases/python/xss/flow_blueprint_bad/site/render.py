from flask import render_template_string


def show(title):
    return render_template_string("<h1>%s</h1>" % title)
