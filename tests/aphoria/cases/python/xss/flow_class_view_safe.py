# expect: nothing
from django.http import HttpResponse
from django.utils.html import escape
from django.views import View


class Hello(View):
    greeting = "Hello"

    def get(self, request, *args, **kwargs):
        self.name = request.GET.get("name", "")
        return HttpResponse(self.render())

    def render(self):
        return "<p>%s %s</p>" % (self.greeting, escape(self.name))
