# expect: nothing
from django.shortcuts import render


def show(request):
    return render(request, "page.html", {"name": request.GET["name"]})
