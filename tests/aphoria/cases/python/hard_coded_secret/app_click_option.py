# expect: secret/hard_coded/password = true
import click


@click.command()
@click.option("--user", default="loader")
@click.option("--password", default="Mw5tRz8Qx2", show_default=False)
def load(user, password):
    click.echo(user)
