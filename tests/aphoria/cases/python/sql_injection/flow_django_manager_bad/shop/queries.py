from django.db import connection


def search_items(term):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM item WHERE name LIKE '%" + term + "%'")
        return cursor.fetchall()
