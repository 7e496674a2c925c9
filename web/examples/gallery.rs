//! Serves the gallery alone: `cargo run -p web --example gallery`, then open http://127.0.0.1:4199/gallery.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings = web::WebSettings {
        gallery: true,
        ..web::WebSettings::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4199").await?;
    axum::serve(listener, web::gallery(settings)).await?;
    Ok(())
}
