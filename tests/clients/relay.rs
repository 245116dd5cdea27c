//! A relay between a client and the server that breaks the connection at a chosen step.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// When the connection breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// The server never hears of the request.
    BeforeRequest,
    /// The server gets the beginning of the request.
    InsideRequest,
    /// The server has done its work, and its reply is lost.
    BeforeReply,
}

/// What is to be broken: the next request of this method.
struct Plan {
    method: &'static str,
    moment: Moment,
    /// A client to end without warning at that moment.
    victim: Option<u32>,
}

/// A relay on a port of its own. Ends with the test process.
pub struct Relay {
    port: u16,
    plan: Arc<Mutex<Option<Plan>>>,
}

impl Relay {
    /// Starts to relay to a server on the loopback interface.
    pub fn start(server_port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let plan = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&plan);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server_port)) else {
                    continue;
                };
                relay(client, server, Arc::clone(&shared));
            }
        });
        Self { port, plan }
    }

    /// What a person types into a client.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Breaks the next request of this method, such as `sync/chunk`.
    pub fn break_at(&self, method: &'static str, moment: Moment) {
        *self.plan.lock().unwrap() = Some(Plan { method, moment, victim: None });
    }

    /// Ends a process at the next request of this method, without warning.
    pub fn kill_at(&self, method: &'static str, victim: u32) {
        *self.plan.lock().unwrap() =
            Some(Plan { method, moment: Moment::InsideRequest, victim: Some(victim) });
    }

    /// Whether the planned break happened. Drops the plan if not.
    pub fn has_broken(&self) -> bool {
        self.plan.lock().unwrap().take().is_none()
    }
}

fn relay(client: TcpStream, server: TcpStream, plan: Arc<Mutex<Option<Plan>>>) {
    let reply_is_lost = Arc::new(AtomicBool::new(false));
    let (mut from_server, mut to_client) = (clone(&server), clone(&client));
    let is_lost = Arc::clone(&reply_is_lost);
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from_server.read(&mut buffer) {
            if is_lost.load(Ordering::SeqCst) || to_client.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        end(&from_server, &to_client);
    });
    let (mut from_client, mut to_server) = (client, server);
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(read @ 1..) = from_client.read(&mut buffer) {
            let bytes = &buffer[..read];
            let moment = take_plan(&plan, bytes);
            let sent = match moment {
                None => to_server.write_all(bytes),
                Some(Moment::BeforeReply) => {
                    reply_is_lost.store(true, Ordering::SeqCst);
                    to_server.write_all(bytes)
                }
                Some(Moment::InsideRequest) => {
                    // Whether this fails is the server's choice, and all one.
                    let _ = to_server.write_all(&bytes[..read - read / 4]);
                    break;
                }
                Some(Moment::BeforeRequest) => break,
            };
            if sent.is_err() {
                break;
            }
        }
        end(&from_client, &to_server);
    });
}

/// Takes the plan if a request of its method begins in these bytes. A client writes the
/// beginning of a request at once, and only after it has read the reply before it.
fn take_plan(plan: &Mutex<Option<Plan>>, bytes: &[u8]) -> Option<Moment> {
    let line = bytes.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    let path = line.strip_prefix("POST /").or_else(|| line.strip_prefix("GET /"))?;
    let path = path.split([' ', '?']).next()?;
    let mut plan = plan.lock().unwrap();
    let Plan { moment, victim, .. } = plan.take_if(|plan| plan.method == path)?;
    if let Some(victim) = victim {
        // The victim is a process of this test that is still waiting for its reply.
        let _ = Command::new("sh").args(["-c", &format!("kill -KILL {victim}")]).status();
    }
    Some(moment)
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a handle can be copied")
}

fn end(one: &TcpStream, other: &TcpStream) {
    // Either side may have ended already.
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}
