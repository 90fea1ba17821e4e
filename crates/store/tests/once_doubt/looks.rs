//! How looks are counted.

use super::*;

#[tokio::test]
async fn two_different_words_are_not_twice_the_same() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    push(&desk, many(&Reply::html(502), 30));
    let (pay, wish) = (Pay::<UNPROMISED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    desk.clock.advance(seconds(600));
    let mut desk = desk;
    desk.bank = ScriptedService::default();
    desk.client = client(&desk.clock, &desk.bank, "test", "https://bank.test");
    let look = async |reply| {
        desk.clock.advance(seconds(60));
        desk.bank.push(reply);
        work::<UNPROMISED>(&desk).await.unwrap().state
    };
    for _ in 0..3 {
        assert_eq!(look(absent()).await, State::Unknown);
        assert_eq!(look(found("perhaps")).await, State::Unknown);
    }
    assert_eq!(look(found("perhaps")).await, State::Refused);
}

#[tokio::test]
async fn looks_that_fail_are_no_looks_in_vain() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&Reply::html(502), 20));
    push(&desk, many(&absent(), 9));
    push(&desk, [found("paid")]);
    let pay = Pay::<MUTE>::new(KEY);
    let mut end = word(&desk.send(&intent(), &pay).await);
    for _ in 0..20 {
        if end == "found" {
            break;
        }
        assert!(!end.starts_with("person"), "{end}");
        end = word(&desk.resume::<MUTE>(KEY).await);
    }
    assert_eq!(end, "found");
}

#[tokio::test]
async fn looks_without_news_leave_no_line() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&absent(), PLENTY));
    let id = id::<UNPROMISED>();
    let _ = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert!(desk.looks() > 4);
    let lines = desk.store.journal(&id).await.unwrap().len();
    assert_eq!(lines, 4, "planned, sending, unknown, needs-person");
}

#[tokio::test]
async fn one_payment_is_asked_about_no_more_often_than_its_class_allows() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    push(&desk, many(&absent(), PLENTY));
    let plan = Paced("paced");
    desk.store
        .plan(&desk.client, &Intent::new("paced"), &plan)
        .await
        .unwrap();
    let mut asked = Vec::new();
    while desk.state(&IntentId::new(Paced::META.id, "paced")).await != State::NeedsPerson {
        let looks = desk.looks();
        let claims = desk.store.claim_due(&desk.client, &Filter::all(), 1).await;
        if let Some(claim) = claims.unwrap().pop() {
            let acted = desk.store.act::<_, Paced>(&desk.client, claim);
            let _ = desk.clock.drive(acted).await;
        }
        if desk.looks() > looks {
            asked.push(desk.clock.now());
        }
        desk.clock.advance(seconds(1));
    }
    assert!(asked.len() >= 2, "{asked:?}");
    let gaps = asked.windows(2).map(|pair| pair[1] - pair[0]);
    assert!(gaps.clone().all(|gap| gap >= seconds(60)), "{asked:?}");
}
