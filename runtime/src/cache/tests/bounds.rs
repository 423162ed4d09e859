//! How much is kept, and what goes when there is more.

use super::*;
use crate::call::Part;

#[tokio::test]
async fn c2_bytes_are_bounded_and_what_goes_is_counted() {
    let cache = Try::of(Capacity {
        bytes: 64 * 1024,
        ..CAPACITY
    });
    for index in 0..1000 {
        cache.fill(&index.to_string(), &Content::plain("x".repeat(1024)));
    }
    let kept = (0..1000).filter(|index| cache.has(&index.to_string()));
    let kept = kept.count() as u64;
    assert!((1..=64).contains(&kept), "{kept} kilobytes in 64");
    let (entries, bytes) = cache.cache.size();
    assert_eq!(entries, kept);
    assert!(bytes <= 64 * 1024, "{bytes}");
    assert_eq!(cache.count(|share| &share.evicted), 1000 - kept);
}

#[tokio::test]
async fn c2_the_number_of_entries_is_bounded() {
    let cache = Try::of(Capacity {
        entries: 100,
        ..CAPACITY
    });
    for index in 0..1000 {
        cache.fill(&index.to_string(), &Content::plain("x"));
    }
    let (entries, _) = cache.cache.size();
    assert!((50..=100).contains(&entries), "{entries}");
}

#[tokio::test]
async fn c2_what_is_too_large_is_refused_and_counted() {
    let cache = Try::of(Capacity {
        entry_bytes: 1024,
        ..CAPACITY
    });
    cache.fill("k", &Content::plain("small"));
    assert!(cache.has("k"));
    cache.fill("k", &Content::plain("x".repeat(1024)));
    // Nor is the older one served, which it should have replaced.
    assert!(!cache.has("k"));
    let image = Part::image("image/png", vec![0; 1024]).unwrap();
    cache.fill("image", &Content::from(image));
    assert!(!cache.has("image"), "an image weighs what it is encoded as");
    assert_eq!(cache.count(|share| &share.refused), 2);
}

#[tokio::test]
async fn c1_a_cache_without_room_keeps_nothing() {
    let cache = Try::of(Capacity {
        bytes: 0,
        ..CAPACITY
    });
    cache.fill("k", &Content::plain("x"));
    assert!(!cache.has("k"));
}

#[tokio::test(start_paused = true)]
async fn what_is_never_asked_for_again_is_swept_out() {
    let cache = Try::new();
    for index in 0..100 {
        cache.fill(&index.to_string(), &Content::plain("x"));
    }
    advance(MINUTE * 2).await;
    cache.fill("new", &Content::plain("x"));
    while cache.cache.size().0 > 1 {
        tokio::task::yield_now().await;
    }
    assert!(cache.has("new"));
    assert_eq!(cache.count(|share| &share.expired), 100);
}
