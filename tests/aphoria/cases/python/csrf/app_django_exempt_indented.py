# expect: csrf/protection/enabled = false
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt


@method_decorator(csrf_exempt, name="dispatch")
class Transfer(View):
    def post(self, request):
        return self.save(request.POST["amount"])
