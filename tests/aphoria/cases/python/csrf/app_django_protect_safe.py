# expect: nothing
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_protect, ensure_csrf_cookie


# csrf_exempt was here until the form sent its token
@csrf_protect
@ensure_csrf_cookie
def transfer(request):
    return JsonResponse({"ok": True})
