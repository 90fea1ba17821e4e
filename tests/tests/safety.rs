//! The safety table holds: effect x fault -> number of sends, outcome, error.

use contract_tests::safety::{self, Column, Deed, Ended, Line, Run, Target};

#[test]
fn the_table_holds_and_so_does_the_law() {
    let lines = safety::table().unwrap();
    let complaints: Vec<_> = lines.iter().flat_map(Line::complaints).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));

    // Nothing was left out in silence.
    assert!(lines.len() >= 60, "{}", lines.len());
    for line in &lines {
        assert!(line.targets().count() > 0, "{}", line.row.fault.says);
        assert_eq!(line.runs.len(), line.targets().count() * Column::ALL.len());
    }
    for target in Target::ALL {
        let shown = lines
            .iter()
            .filter(|line| line.targets().any(|shown| shown == target));
        assert!(shown.count() >= 45, "{target:?}");
    }
    waybills_leave_once_and_twice_after_a_401(&lines);
}

/// The creation and the cancellation of a waybill: sent once in every fault, twice with equal bytes after a 401.
fn waybills_leave_once_and_twice_after_a_401(lines: &[Line]) {
    let of_waybills =
        |run: &&Run| matches!(run.column, Column::CreateWaybill | Column::CancelWaybill);
    let mut twice = 0;
    for line in lines {
        let is_after_401 = matches!(line.row.fault.deeds[0], Deed::No(401) | Deed::CutNo(401));
        for run in line.runs.iter().filter(of_waybills) {
            let (sends, says) = (run.seen.sends, line.row.fault.says);
            assert!(sends <= 1 || is_after_401 && sends == 2, "{says}: {sends}");
            if let ([first, second], Ended::Done) = (&run.seen.requests[..], run.seen.ended) {
                assert_eq!(first.body, second.body, "{says}");
                assert!(!first.body.is_empty() && first.headers != second.headers);
                twice += 1;
            }
        }
    }
    // A 401, whole or cut, then yes: of both operations, on each target.
    assert_eq!(twice, 2 * 2 * Target::ALL.len());
}
