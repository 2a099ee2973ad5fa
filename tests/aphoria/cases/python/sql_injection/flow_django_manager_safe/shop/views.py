from django.http import JsonResponse

from .queries import search_items


def search(request):
    return JsonResponse({"rows": search_items(request.GET.get("q", ""))})
