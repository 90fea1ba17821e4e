//! Every doubt has an end.

use super::*;

#[tokio::test]
async fn a_lookup_that_fails_for_good_ends_with_a_person() {
    let rows = [
        Reply::json(400, "{}"),
        Reply::json(422, "{}"),
        Reply::json(200, "unreadable"),
        Reply::html(502),
    ];
    for failure in rows {
        let desk = Desk::new([Reply::LostAfterSending]).await;
        push(&desk, many(&failure, 200));
        let (pay, id) = (Pay::<REFUSED>::new(KEY), id::<REFUSED>());
        let _ = desk.send(&intent(), &pay).await;
        assert_eq!(desk.state(&id).await, State::Unknown, "{failure:?}");
        desk.clock.advance(13 * DAY);
        let _ = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(desk.state(&id).await, State::Unknown, "{failure:?}");
        desk.clock.advance(DAY);
        let end = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(word(&end), "person cannot-look", "{failure:?}");
        assert_eq!(desk.writes().len(), 1);
    }
}

#[tokio::test]
async fn who_could_not_ask_has_twice_the_time_to_mend_it() {
    for door in [
        Reply::Refused,
        Reply::json(401, "{}"),
        Reply::json(403, "{}"),
    ] {
        let desk = Desk::new([Reply::LostAfterSending]).await;
        push(&desk, many(&door, 200));
        let (pay, id) = (Pay::<REFUSED>::new(KEY), id::<REFUSED>());
        let _ = desk.send(&intent(), &pay).await;
        desk.clock.advance(15 * DAY);
        let told = desk.resume::<REFUSED>(KEY).await;
        assert!(
            told.is_err(),
            "{door:?}: whoever asks is told why: {told:?}"
        );
        assert_eq!(desk.state(&id).await, State::Unknown, "{door:?}");
        desk.clock.advance(14 * DAY);
        let end = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(word(&end), "person cannot-look", "{door:?}");
        assert_eq!(desk.writes().len(), 1);
    }
}

#[tokio::test]
async fn what_the_bank_never_decides_ends_with_a_person() {
    for lost in [false, true] {
        let first = if lost {
            Reply::LostAfterSending
        } else {
            taken()
        };
        let desk = Desk::new([first]).await;
        push(&desk, many(&found("running"), 9));
        let id = id::<REFUSED>();
        let _ = desk.send(&intent(), &Pay::<REFUSED>::new(KEY)).await;
        assert_eq!(desk.state(&id).await, State::Accepted);
        desk.clock.advance(13 * DAY);
        assert_eq!(word(&desk.resume::<REFUSED>(KEY).await), "found");
        desk.clock.advance(2 * DAY);
        let end = desk.resume::<REFUSED>(KEY).await;
        assert_eq!(word(&end), "person undecided-too-long");
    }
}

#[tokio::test]
async fn what_was_looked_for_too_late_is_not_sent_again() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    push(&desk, many(&Reply::html(502), 20));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let _ = desk
        .clock
        .drive(desk.store.send_once(&hasty, &wish, &pay))
        .await;
    desk.clock.advance(20 * DAY);
    push(&desk, many(&absent(), PLENTY));
    let end = desk.resume::<REFUSED>(KEY).await;
    assert!(word(&end).starts_with("person "), "{end:?}");
    assert_eq!(desk.writes().len(), 1);
}

#[tokio::test]
async fn a_write_whose_route_has_moved_is_still_looked_up_and_not_sent() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    let (moved, id) = (moved(&desk), id::<REFUSED>());
    let looks = desk.looks();
    push(&desk, many(&absent(), PLENTY));
    let stuck = desk.store.resume::<_, Pay<REFUSED>>(&moved, KEY);
    let stuck = desk.clock.drive(stuck).await;
    assert!(word(&stuck).contains("address differ"), "{stuck:?}");
    assert!(desk.looks() > looks);
    assert_eq!(
        (desk.writes().len(), desk.state(&id).await),
        (1, State::Unknown)
    );
}

#[tokio::test]
async fn a_write_whose_route_has_moved_is_found() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let hasty = desk.client.with(RequestOptions::new().deadline(seconds(1)));
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let call = desk.store.send_once(&hasty, &wish, &pay);
    let _ = desk.clock.drive(call).await;
    push(&desk, [found("paid")]);
    let moved = moved(&desk);
    let found = desk.store.resume::<_, Pay<REFUSED>>(&moved, KEY);
    assert_eq!(word(&desk.clock.drive(found).await), "found");
}

#[tokio::test]
async fn a_lookup_that_would_go_elsewhere_is_not_asked() {
    let desk = Desk::new([Reply::LostAfterSending]).await;
    let _ = desk.send(&intent(), &Pay::<REFUSED>::new(KEY)).await;
    let elsewhere = client(&desk.clock, &desk.bank, "test", "https://other.test");
    let (looks, id) = (desk.looks(), id::<REFUSED>());
    let refused = desk.store.resume::<_, Pay<REFUSED>>(&elsewhere, KEY);
    let refused = desk.clock.drive(refused).await;
    assert!(word(&refused).contains("address differ"), "{refused:?}");
    assert_eq!(
        (desk.looks(), desk.state(&id).await),
        (looks, State::Unknown)
    );
}
