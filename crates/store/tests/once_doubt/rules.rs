//! What may be sent, kept and decided at all.

use super::*;

#[tokio::test]
async fn a_write_without_a_key_is_sent_again_only_where_that_changes_nothing() {
    async fn end<const EFFECT: usize>(intent: Intent) -> (String, usize) {
        let sure = looks_until_lost().await;
        let script = [
            vec![Reply::LostAfterSending],
            many(&absent(), sure),
            vec![taken()],
        ];
        let desk = Desk::new(script.concat()).await;
        let (plain, store) = (Plain::<EFFECT>, &desk.store);
        let sent = store.send_once(&desk.client, &intent, &plain);
        let end = desk.clock.drive(sent).await;
        (word(&end), desk.writes().len())
    }
    let person = ("person not-found".to_owned(), 1);
    let again = ("answered".to_owned(), 2);
    assert_eq!(end::<ONCE>(intent()).await, person);
    assert_eq!(end::<ONCE>(intent().send_again_unpromised()).await, again);
    assert_eq!(end::<IDEMPOTENT>(intent()).await, again);
}

/// How many looks it takes after a lost answer.
async fn looks_until_lost() -> usize {
    let script = [vec![Reply::LostAfterSending], many(&absent(), PLENTY)];
    let desk = Desk::new(script.concat()).await;
    let end = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    assert_eq!(word(&end), "person not-found");
    desk.looks()
}

#[tokio::test]
async fn without_a_key_no_passport_and_no_refusal_with_a_card_is_kept() {
    let refusal = r#"{"code":"NO","text":"card 5469550053219652"}"#;
    let desk = Desk::with(Keyring::none(), [Reply::json(422, refusal)]).await;
    let wish = Intent::new("passport");
    let sent = desk
        .store
        .send_once_without_lookup(&desk.client, &wish, &Passport);
    let refused = sent.await.unwrap_err();
    let StoreError::KeyNeeded { what, .. } = refused else {
        panic!("{refused}");
    };
    assert!(what.contains("identity document") && desk.bank.sends() == 0);

    desk.send(&intent(), &Pay::<REFUSED>::new(KEY))
        .await
        .unwrap();
    let row = row_of(&desk, &id::<REFUSED>()).await;
    let note = String::from_utf8_lossy(row.note.as_deref().unwrap()).into_owned();
    assert!(!note.contains("5469550053219652"), "{note}");
    assert_eq!(desk.store.refusal(&row).status.unwrap(), 422);
}

#[tokio::test]
async fn the_permission_to_send_again_is_a_part_of_the_wish() {
    let desk = Desk::new([taken()]).await;
    let pay = Pay::<REPLAYED>::new(KEY);
    desk.send(&intent(), &pay).await.unwrap();
    let daring = intent().send_again_unpromised();
    let refused = desk.send(&daring, &pay).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("permission to send again differ"), "{text}");
}

#[tokio::test]
async fn a_claim_is_for_its_own_operation_and_can_be_given_back() {
    let desk = Desk::new([]).await;
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    desk.store.plan(&desk.client, &wish, &pay).await.unwrap();
    let claim = async |store: &Store| {
        let claims = store.claim_due(&desk.client, &Filter::all(), 1).await;
        claims.unwrap().pop().unwrap()
    };
    let taken = claim(&desk.store).await;
    let acted = desk
        .store
        .act::<_, Pay<REPLAYED>>(&desk.client, taken)
        .await;
    assert!(
        matches!(acted, Err(StoreError::AnotherOperation { .. })),
        "{acted:?}"
    );
    let taken = claim(&desk.store).await;
    taken.give_back(&desk.store).await.unwrap();
    claim(&desk.store).await;
    let lines = desk.store.journal(&id::<REFUSED>()).await.unwrap();
    assert_eq!((desk.bank.sends(), lines.len()), (0, 1));
}

#[tokio::test]
async fn what_a_person_has_sent_again_can_still_be_held() {
    let script = [vec![Reply::LostAfterSending], many(&absent(), PLENTY)];
    let desk = Desk::new(script.concat()).await;
    let id = id::<UNPROMISED>();
    let _ = desk.send(&intent(), &Pay::<UNPROMISED>::new(KEY)).await;
    let decide = async |decision| desk.store.decide(&id, decision, "I. Ivanova").await;
    assert_eq!(
        decide(Decision::SendAgain).await.unwrap().state,
        State::Planned
    );
    assert!(decide(Decision::Withdraw).await.is_err());
    assert_eq!(
        decide(Decision::Doubt).await.unwrap().state,
        State::NeedsPerson
    );
    assert_eq!(desk.writes().len(), 1);
}
