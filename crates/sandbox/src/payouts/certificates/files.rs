//! Certificates as files: small, but what their types say they are.

use http::StatusCode;
use http::header::CONTENT_DISPOSITION;

use super::docx::docx as document;
use super::known;
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::Call;
use crate::payouts::refusal::Refusal;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

pub(in crate::payouts) fn docx(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let found = known(&state.books, call.id("cert_id")?)?;
    let text = format!("Приёмо-сдаточный акт {}", found.order.number);
    Ok(file(DOCX, found.id, "docx", document(&text)))
}

pub(in crate::payouts) fn pdf(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let found = known(&state.books, call.id("cert_id")?)?;
    Ok(file("application/pdf", found.id, "pdf", page(found.id)))
}

fn file(content_type: &str, id: u64, extension: &str, bytes: Vec<u8>) -> Answer {
    let name = format!("attachment; filename=\"certificate-{id}.{extension}\"");
    Answer::text(StatusCode::OK, content_type, bytes).header(CONTENT_DISPOSITION, &name)
}

/// One page with one line, in a font that every reader has; it knows Latin letters only, so the line is the number.
fn page(id: u64) -> Vec<u8> {
    let line = format!("BT /F1 24 Tf 72 720 Td (Acceptance certificate {id}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{line}\nendstream", line.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut text = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let table = text.len();
    let size = objects.len() + 1;
    text += &format!("xref\n0 {size}\n0000000000 65535 f \n");
    for place in places {
        text += &format!("{place:010} 00000 n \n");
    }
    text += &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_its_objects_are() {
        let text = String::from_utf8(page(7)).unwrap();
        let (body, tail) = text.split_once("xref\n").unwrap();
        let places = tail
            .lines()
            .filter_map(|line| line.strip_suffix(" 00000 n "));
        let starts: Vec<usize> = places.map(|place| place.parse().unwrap()).collect();
        assert_eq!(starts.len(), 5);
        for (index, start) in starts.into_iter().enumerate() {
            assert!(body[start..].starts_with(&format!("{} 0 obj\n", index + 1)));
        }
        let table = format!("startxref\n{}\n%%EOF\n", body.len());
        assert!(text.ends_with(&table));
    }
}
