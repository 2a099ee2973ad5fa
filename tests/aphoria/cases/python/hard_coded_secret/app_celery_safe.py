# expect: nothing
import os

from celery import Celery

celery = Celery("orders", broker=os.environ["BROKER_URL"], backend="redis://localhost:6379/0")
EXAMPLE = "amqp://user:password@host:5672/vhost"
