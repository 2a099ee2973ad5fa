# expect: csrf/protection/enabled = false
from django.views.decorators.csrf import csrf_exempt
@csrf_exempt
def f(request):
    pass
