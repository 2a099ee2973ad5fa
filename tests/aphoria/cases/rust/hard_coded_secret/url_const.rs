// expect: secret/hard_coded/connection_string = true
pub async fn pool() -> Result<sqlx::PgPool, sqlx::Error> {
    sqlx::postgres::PgPoolOptions::new()
        .max_connections(8)
        .connect("postgres://orders:Nw4kT8zRq1@pg.internal/orders?sslmode=verify-full")
        .await
}
