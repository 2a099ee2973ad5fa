# expect: xss/marked_safe = true
from django.utils.safestring import mark_safe


def show(request):
    name = request.GET.get("name", "")
    return mark_safe("<b>" + name + "</b>")
