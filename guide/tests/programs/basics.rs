//! Chapter 1, and the programs of chapter 2 that continue it.

use crate::stage::{Program, Stage};

runs! {
    version_prints_what_is_linked: version => |stage| {
        let (major, minor, patch) = zmq4::version();
        let lines = stage.start("version", &[]).finish();
        assert_eq!(lines, [format!("Current 0MQ version is {major}.{minor}.{patch}")]);
    };
    weather_client_averages_100_updates: wuserver wuclient => |stage| {
        let mut server = stage.start("wuserver", &[&stage.ipc("a"), "tcp://127.0.0.1:*"]);
        server.endpoint();
        let over_tcp = server.endpoint();
        for endpoint in [&stage.ipc("a"), &over_tcp] {
            assert_average(stage.start("wuclient", &["1", endpoint]));
        }
    };
    weather_proxy_passes_the_weather_on: wuserver wuproxy wuclient => |stage| {
        let (inside, outside) = (stage.ipc("inside"), stage.ipc("outside"));
        let mut server = stage.start("wuserver", &[&inside]);
        server.endpoint();
        let mut proxy = stage.start("wuproxy", &[&inside, &outside]);
        assert_eq!(proxy.endpoint(), outside);
        assert_average(stage.start("wuclient", &["2", &outside]));
    };
    pipeline_does_100_tasks: taskvent taskwork tasksink => |stage| {
        let (vent, sink) = (stage.ipc("vent"), stage.ipc("sink"));
        let mut collector = stage.start("tasksink", &[&sink]);
        collector.endpoint();
        let mut workers = start_two(stage, "taskwork", &[&vent, &sink]);
        ventilate(stage, &vent, &sink);
        let lines = collector.finish();
        assert!(lines.last().unwrap().starts_with("Total elapsed time: "), "{lines:?}");
        assert_eq!(lines[lines.len() - 2], ":.........".repeat(10));
        workers.clear();
    };
    pipeline_workers_stop_at_the_signal: taskvent taskwork2 tasksink2 => |stage| {
        let (vent, sink, control) = (stage.ipc("vent"), stage.ipc("sink"), stage.ipc("control"));
        let mut collector = stage.start("tasksink2", &[&sink, &control]);
        collector.endpoint();
        collector.endpoint();
        let workers = start_two(stage, "taskwork2", &[&vent, &sink, &control]);
        ventilate(stage, &vent, &sink);
        collector.until("Total elapsed time: ");
        collector.finish();
        for worker in workers {
            assert_eq!(worker.finish().last().unwrap(), "stopped by the sink");
        }
    };
}

#[track_caller]
fn assert_average(client: Program) {
    let lines = client.finish();
    let last = lines.last().unwrap();
    let average = last.split(" was ").nth(1).unwrap().trim_end_matches('F');
    assert!((-80..135).contains(&average.parse::<i32>().unwrap()), "{last}");
}

fn start_two(stage: &Stage, name: &str, args: &[&str]) -> Vec<Program> {
    let mut workers = vec![stage.start(name, args), stage.start(name, args)];
    workers.iter_mut().for_each(|worker| drop(worker.until("ready")));
    workers
}

/// Has the tasks sent, and waits until all are with the workers.
fn ventilate(stage: &Stage, vent: &str, sink: &str) {
    let mut ventilator = stage.start("taskvent", &[vent, sink]);
    ventilator.until("Press Enter");
    ventilator.enter();
    let lines = ventilator.finish();
    assert!(lines.last().unwrap().starts_with("Total expected cost: "), "{lines:?}");
}
