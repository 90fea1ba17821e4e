//! Which rows are listed, counted and added up.

use super::*;
use rubank_store::engine::{Filter, Tally};

pub(crate) async fn every_part_must_fit<P: Place>(place: &P) {
    let engine = place.engine().await;
    let moment = mixed_rows(place, &*engine).await;
    let every = engine.list(&Filter::all(), None, 1_000).await;
    let every = every.expect("rows are listed");
    assert_eq!(every.len(), 48);

    let mut filters = vec![Filter::all()];
    let runs = [None, Some("r1"), Some("r2"), Some("none")];
    let states = [
        vec![],
        vec![State::Unknown],
        vec![State::Planned, State::Unknown],
    ];
    let tags = [
        None,
        Some(vec![]),
        Some(vec![b"l1".to_vec(), b"l9".to_vec()]),
    ];
    for run in runs {
        for state in &states {
            for likeness in &tags {
                for operation in [None, Some("bank.refund")] {
                    for subject in [None, Some(b"s1".to_vec())] {
                        for changed_before in [None, Some(moment)] {
                            filters.push(Filter {
                                run: run.map(str::to_owned),
                                states: state.clone(),
                                operation: operation.map(str::to_owned),
                                subject: subject.clone(),
                                likeness: likeness.clone(),
                                changed_before,
                                environment: None,
                            });
                        }
                    }
                }
            }
        }
    }
    for filter in filters {
        let found = engine.list(&filter, None, 1_000).await;
        let mut found = found.expect("rows are listed");
        found.sort_by(|a, b| a.id.cmp(&b.id));
        let expected: Vec<_> = every.iter().filter(|row| fits(&filter, row)).collect();
        assert_eq!(found.len(), expected.len(), "{filter:?}");
        assert!(found.iter().eq(expected.iter().copied()), "{filter:?}");

        let tally = engine.tally(&filter).await.expect("rows are counted");
        let count: u64 = tally.iter().map(|tally| tally.count).sum();
        assert_eq!(count, expected.len() as u64, "{filter:?}");
    }
}

fn fits(filter: &Filter, row: &IntentRow) -> bool {
    let same = |wanted: &Option<String>, found: Option<&String>| {
        wanted.is_none() || wanted.as_ref() == found
    };
    let tagged = |tags: &Vec<Vec<u8>>| row.likeness.as_ref().is_some_and(|tag| tags.contains(tag));
    same(&filter.run, row.run.as_ref())
        && same(&filter.operation, Some(&row.id.operation))
        && (filter.states.is_empty() || filter.states.contains(&row.state))
        && (filter.subject.is_none() || filter.subject == row.subject)
        && filter.likeness.as_ref().is_none_or(tagged)
        && filter
            .changed_before
            .is_none_or(|moment| row.changed_at < moment)
}

/// Every mix of two runs or none, two subjects or none, two likenesses, two operations and two states. The moment is
/// that at which the unknown ones became so.
async fn mixed_rows<P: Place>(place: &P, engine: &dyn Engine) -> Micros {
    let mut rows = Vec::new();
    let mut unknown = Vec::new();
    for number in 0..48_u8 {
        let pick =
            |among: &[&str], by: u8| among[usize::from(number / by) % among.len()].to_owned();
        let some = |word: String| Some(word).filter(|word| !word.is_empty());
        let row = IntentRow {
            id: IntentId::new(pick(&["bank.pay", "bank.refund"], 1), number.to_string()),
            run: some(pick(&["", "r1", "r2"], 16)),
            line: Some(i64::from(number)),
            subject: some(pick(&["s1", "s2", ""], 2)).map(String::into_bytes),
            likeness: some(pick(&["l1", "l2"], 4)).map(String::into_bytes),
            ..row("")
        };
        if number / 8 % 2 == 0 {
            unknown.push(row.id.clone());
        }
        rows.push(row);
    }
    plan(engine, &rows).await;
    place.advance(SECOND).await;
    let moment = engine.now().await.expect("the engine tells the time");
    for id in unknown {
        bring(engine, &id, State::Unknown).await;
    }
    moment
}

pub(crate) async fn environments_are_apart<P: Place>(place: &P) {
    let engine = place.engine().await;
    let mut there = row("there");
    there.environment = "production".into();
    plan(&*engine, &[row("here"), there.clone()]).await;
    for (environment, count) in [("test", 1), ("production", 1), ("elsewhere", 0)] {
        let filter = Filter {
            environment: Some(environment.to_owned()),
            ..Filter::all()
        };
        let found = engine.list(&filter, None, 10).await;
        assert_eq!(
            found.expect("rows are listed").len(),
            count,
            "{environment}"
        );
        let due = engine.claim_due(&filter, "worker", LEASE, 10).await;
        assert_eq!(due.expect("rows are claimed").len(), count, "{environment}");
    }
}

pub(crate) async fn pages_lose_and_repeat_nothing<P: Place>(place: &P) {
    let engine = place.engine().await;
    let ids = [
        ("a", "1"),
        ("a", "10"),
        ("a", "2"),
        ("a", "B"),
        ("a", "a"),
        ("a", "я"),
        ("a.b", "1"),
        ("b", ""),
        ("b", "0"),
    ];
    let row = |(operation, key): &(&str, &str)| IntentRow {
        id: IntentId::new(*operation, *key),
        ..row("")
    };
    let rows: Vec<_> = ids.iter().rev().map(row).collect();
    plan(&*engine, &rows).await;

    for limit in 1..=10 {
        let found = pages(&*engine, &Filter::all(), limit).await;
        let found: Vec<_> = found
            .iter()
            .map(|row| (row.id.operation.as_str(), row.id.key.as_str()))
            .collect();
        // In the order of bytes, whatever the database's language is.
        assert_eq!(found, ids, "pages of {limit}");
    }
    let nothing = engine.list(&Filter::all(), None, 0).await;
    assert!(nothing.expect("rows are listed").is_empty());
}

pub(crate) async fn a_run_is_listed_by_lines<P: Place>(place: &P) {
    let engine = place.engine().await;
    let rows = [
        line("r", 10, "a"),
        line("r", 2, "z"),
        line("other", 1, "x"),
        line("r", 1, "m"),
        line("r", 11, "b"),
        row("no"),
    ];
    plan(&*engine, &rows).await;
    bring(&*engine, &row("z").id, State::Unknown).await;

    for limit in 1..=5 {
        let found = pages(&*engine, &Filter::run("r"), limit).await;
        assert_eq!(keys(&found), ["m", "z", "a", "b"], "pages of {limit}");
    }
    let planned = Filter::run("r").states([State::Planned]);
    assert_eq!(keys(&pages(&*engine, &planned, 2).await), ["m", "a", "b"]);
}

pub(crate) async fn rows_of_one_line_are_all_listed<P: Place>(place: &P) {
    let engine = place.engine().await;
    let mut rows: Vec<_> = (0..7)
        .map(|n| line("r", 1 + n % 2, &n.to_string()))
        .collect();
    rows.push(IntentRow {
        line: None,
        ..line("r", 0, "no line")
    });
    plan(&*engine, &rows).await;

    for limit in 1..=9 {
        let found = pages(&*engine, &Filter::run("r"), limit).await;
        let mut keys = keys(&found);
        keys.sort_unstable();
        assert_eq!(keys, ["0", "1", "2", "3", "4", "5", "6", "no line"]);
    }
}

async fn pages(engine: &dyn Engine, filter: &Filter, limit: u32) -> Vec<IntentRow> {
    let mut found: Vec<IntentRow> = Vec::new();
    loop {
        let page = engine.list(filter, found.last(), limit).await;
        let page = page.expect("rows are listed");
        assert!(page.len() <= limit as usize);
        if page.is_empty() {
            return found;
        }
        found.extend(page);
    }
}

pub(crate) async fn tallies_count_and_add_up<P: Place>(place: &P) {
    let engine = place.engine().await;
    assert_eq!(engine.tally(&Filter::all()).await, Ok(Vec::new()));
    let sums = [Some(100), Some(250), None, Some(-30)];
    let rows: Vec<_> = (1..)
        .zip(sums)
        .map(|(number, kopecks)| IntentRow {
            kopecks,
            ..line("r", number, &number.to_string())
        })
        .collect();
    plan(&*engine, &rows).await;
    let none = IntentRow {
        kopecks: None,
        ..line("r", 5, "refused")
    };
    plan(&*engine, &[none, row("elsewhere")]).await;
    bring(&*engine, &row("2").id, State::Confirmed).await;
    bring(&*engine, &row("refused").id, State::Refused).await;

    let tally = engine.tally(&Filter::run("r")).await;

    let mut tally = tally.expect("rows are counted");
    tally.sort_by_key(|tally| tally.state);
    let expected = [
        (State::Planned, 3, 70),
        (State::Confirmed, 1, 250),
        (State::Refused, 1, 0),
    ];
    let expected = expected.map(|(state, count, kopecks)| Tally {
        state,
        count,
        kopecks,
    });
    assert_eq!(tally, expected);
}

pub(crate) async fn sums_go_beyond_64_bits<P: Place>(place: &P) {
    let engine = place.engine().await;
    for (run, kopecks) in [("most", i64::MAX), ("least", i64::MIN), ("minus", -1)] {
        let rows: Vec<_> = (1..=3)
            .map(|number| IntentRow {
                kopecks: Some(kopecks),
                ..line(run, number, &format!("{run}-{number}"))
            })
            .collect();
        plan(&*engine, &rows).await;
        let tally = engine.tally(&Filter::run(run)).await;
        let sum = tally.expect("rows are counted").first().map(|t| t.kopecks);
        assert_eq!(sum, Some(3 * i128::from(kopecks)), "{run}");
    }
}

pub(crate) async fn many_tags_are_not_too_many<P: Place>(place: &P) {
    let engine = place.engine().await;
    let tagged = IntentRow {
        likeness: Some(39_999_u32.to_be_bytes().to_vec()),
        ..row("k")
    };
    plan(&*engine, &[tagged, row("other")]).await;
    let tags = (0..40_000_u32).map(|tag| tag.to_be_bytes().to_vec());
    let filter = Filter {
        likeness: Some(tags.collect()),
        ..Filter::all()
    };
    let found = engine.list(&filter, None, 9).await;
    assert_eq!(keys(&found.expect("rows are listed")), ["k"]);
}
