# expect: secret/hard_coded/connection_string = true
from celery import Celery

celery = Celery("orders", broker="amqp://orders:pY8wLz3Rk6@rabbit.internal:5672/orders")
celery.conf.task_time_limit = 300
