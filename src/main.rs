//! trial
fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).map(String::as_str) == Some(pipeward::source::WORKER_ARGUMENT) {
        pipeward::source::serve(std::io::stdin(), std::io::stdout()).unwrap();
        return;
    }
    let root = std::path::Path::new(&args[1]).canonicalize().unwrap();
    let t = std::time::Instant::now();
    let evaluator = if std::env::var("HERE").is_ok() {
        pipeward::source::Evaluator::here(&root)
    } else {
        pipeward::source::Evaluator::workers(&root, std::env::current_exe().unwrap())
    };
    let w = pipeward::workspace::load(&root, &evaluator).unwrap();
    eprintln!("{:?}", t.elapsed());
    let f = w.judge(pipeward::policy::Date::parse("2026-11-22").unwrap());
    eprintln!("{:?}", t.elapsed());
    for f in f {
        let o = f.origin.unwrap();
        let p = w.files.place(o);
        println!("{}:{}:{} {} [{}] {} {:?}", w.files.name(o.file), p.line, p.column, f.identity, f.rule, f.message, f.help);
    }
    if let Some(p) = &w.project {
        println!("{} pipelines", p.pipelines.len());
    }
}
