//! The system as a whole.

use outpost_tests::browser::{Browser, Engine};
use outpost_tests::trouble::Result;

#[tokio::test]
async fn chromium_opens() -> Result {
    let b = Browser::start(Engine::Chromium).await?;
    b.open("data:text/html,<h1>Hello").await?;
    assert_eq!(b.text().await?, "Hello");
    b.is_clean().await
}
#[tokio::test]
async fn webkit_opens() -> Result {
    let mut b = Browser::start(Engine::WebKit).await?;
    b.open("http://127.0.0.1:8499/").await?;
    b.run("document.cookie='a=1'; localStorage.setItem('x','1')", vec![]).await?;
    assert_eq!(b.text().await?.trim(), "Hello\n\nworld");
    b.restart().await?;
    b.open("http://127.0.0.1:8499/").await?;
    assert_eq!(b.text().await?.trim(), "Hello\n\nworld");
    println!("{:?}", b.run("return document.cookie + localStorage.getItem('x') + screen.width + ' ' + innerWidth + ' ' + innerHeight + ' ' + navigator.language", vec![]).await?);
    b.is_clean().await
}
