# expect: xss/unescaped_output = true
from django.http import HttpResponse


def show(request):
    return HttpResponse("<b>%s</b>" % request.POST["name"])
