//! Text files without what only people read. No more than that: what is clever about making scripts and styles small is
//! done by the compression.

/// A stylesheet without comments, indents and blank lines. The styles hold no string with a comment's sign in it.
pub(crate) fn style(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    lines(&bare, |_| true)
}

/// A script without indents, blank lines and the comments that fill whole lines.
pub(crate) fn script(text: &str) -> String {
    lines(text, |line| {
        !(line.starts_with("/**")
            || line.starts_with("* ")
            || line.starts_with("*/")
            || line == "*"
            || line.starts_with("//"))
    })
}

fn lines(text: &str, wanted: impl Fn(&str) -> bool) -> String {
    let kept = text.lines().map(str::trim).filter(|line| !line.is_empty() && wanted(line));
    kept.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_keep_what_counts() {
        let text = "/* of\n * lists */\n.a {\n  /* why */ color: red; /* b */\n\n}\n.b > .c { x: calc(1px + 2px) }\n";
        assert_eq!(style(text), ".a {\ncolor: red;\n}\n.b > .c { x: calc(1px + 2px) }\n");
    }

    #[test]
    fn scripts_keep_what_counts() {
        let text = "/**\n * @param {number} a\n */\nfunction f(a) {\n    // why\n    return a * 2; // kept\n}\n";
        assert_eq!(script(text), "function f(a) {\nreturn a * 2; // kept\n}\n");
    }
}
