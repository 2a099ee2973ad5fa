# expect: csrf/protection/enabled = false
import json

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .models import Transfer


@csrf_exempt
@require_POST
def transfer(request):
    data = json.loads(request.body)
    Transfer.objects.create(owner=request.user, amount=data["amount"])
    return JsonResponse({"ok": True})
