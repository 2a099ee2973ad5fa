# expect: nothing
from django.views.decorators.csrf import csrf_protect
# @csrf_exempt
@csrf_protect
def f(request):
    pass
