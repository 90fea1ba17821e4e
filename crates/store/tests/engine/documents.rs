//! Small values with a version.

use super::*;
use rubank_store::engine::Document;

pub(crate) async fn a_document_is_written_only_over_the_expected_version<P: Place>(place: &P) {
    let engine = place.engine().await;
    assert_eq!(engine.get("s", "n").await, Ok(None));
    assert_eq!(engine.put("s", "n", Some(1), b"x").await, Ok(None));
    assert_eq!(engine.get("s", "n").await, Ok(None));

    let first = put(&*engine, "n", Some(0), b"one").await;
    assert_eq!(engine.put("s", "n", Some(0), b"x").await, Ok(None));
    let second = put(&*engine, "n", Some(first), b"").await;
    assert_eq!(engine.put("s", "n", Some(first), b"x").await, Ok(None));
    let third = put(&*engine, "n", None, b"three").await;
    assert!(0 < first && first < second && second < third);

    let expected = document("n", third, b"three");
    assert_eq!(engine.get("s", "n").await, Ok(Some(expected)));
    assert!(put(&*engine, "new", None, b"one").await > 0);
}

pub(crate) async fn a_version_never_comes_back<P: Place>(place: &P) {
    let engine = place.engine().await;
    let first = put(&*engine, "n", Some(0), b"one").await;
    assert_eq!(engine.remove("s", "n").await, Ok(true));
    assert_eq!(engine.remove("s", "n").await, Ok(false));
    assert_eq!(engine.get("s", "n").await, Ok(None));
    let second = put(&*engine, "n", Some(0), b"two").await;
    assert!(first < second);
    assert_eq!(engine.put("s", "n", Some(first), b"x").await, Ok(None));
}

pub(crate) async fn spaces_are_apart<P: Place>(place: &P) {
    let engine = place.engine().await;
    for space in ["s", "s2", ""] {
        let version = engine.put(space, "n", Some(0), space.as_bytes()).await;
        assert!(matches!(version, Ok(Some(_))), "{version:?}");
    }
    assert_eq!(engine.remove("s2", "n").await, Ok(true));
    let found = engine.get("s", "n").await.expect("it is read");
    assert_eq!(found.expect("it is there").value, b"s");
    let listed = engine.documents("s", "", 9).await.expect("they are listed");
    assert_eq!(listed.len(), 1);
}

pub(crate) async fn documents_are_listed_by_name<P: Place>(place: &P) {
    let engine = place.engine().await;
    let names = ["1", "10", "2", "B", "a", "я"];
    let mut expected = Vec::new();
    for name in names {
        let version = put(&*engine, name, Some(0), name.as_bytes()).await;
        expected.push(document(name, version, name.as_bytes()));
    }
    for limit in 1..=7_u32 {
        let mut found: Vec<Document> = Vec::new();
        loop {
            let after = found
                .last()
                .map_or("", |document| &document.name)
                .to_owned();
            let page = engine.documents("s", &after, limit).await;
            let page = page.expect("they are listed");
            assert!(page.len() <= limit as usize);
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, expected, "pages of {limit}");
    }
}

pub(crate) async fn of_many_writers_of_a_version_one_wins<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    // Ten counts by each of six, every one of them over the version that it read.
    let counters = (0..6).map(|number| {
        let engine = Arc::clone(&engines[number % engines.len()]);
        async move {
            let mut lost = 0;
            let mut counted = 0;
            while counted < 10 {
                let found = engine.get("s", "n").await.expect("it is read");
                let (version, count) =
                    found.map_or((0, 0), |found| (found.version, found.value[0]));
                let put = engine.put("s", "n", Some(version), &[count + 1]).await;
                match put.expect("it is written or not") {
                    Some(_) => counted += 1,
                    None => lost += 1,
                }
            }
            lost
        }
    });
    let _lost: u32 = all(counters).await.iter().sum();
    let found = engines[0].get("s", "n").await.expect("it is read");
    assert_eq!(found.expect("it is there").value, [60]);
}

async fn put(engine: &dyn Engine, name: &str, expected: Option<i64>, value: &[u8]) -> i64 {
    let version = engine.put("s", name, expected, value).await;
    version
        .expect("documents are written")
        .expect("the version is as expected")
}

fn document(name: &str, version: i64, value: &[u8]) -> Document {
    Document {
        name: name.into(),
        version,
        value: value.into(),
    }
}
