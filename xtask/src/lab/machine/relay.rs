//! A portal that can go away: passes connections on to a target, or refuses them, or swallows what comes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the portal does with connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Portal {
    /// Passes them on.
    Open,
    /// Ends those there are, and refuses new ones.
    Refusing,
    /// Keeps those there are, and lets nothing through in either direction.
    Silent,
    /// Passes on until the initiators have written so many bytes since this was set, then is silent.
    SilentAfter(u64),
    /// The harness is done.
    Over,
}

/// A listening port in front of a target. It is refusing until [`Relay::set`] says otherwise.
#[derive(Debug)]
pub(super) struct Relay {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct State {
    portal: Portal,
    streams: Vec<TcpStream>,
    /// What the initiators have written since the portal was set.
    written: u64,
}

impl State {
    fn is_silent(&self) -> bool {
        match self.portal {
            Portal::Silent => true,
            Portal::SilentAfter(most) => self.written >= most,
            _ => false,
        }
    }
}

const PAUSE: Duration = Duration::from_millis(50);

impl Relay {
    pub(super) fn start(port: u16, target: u16) -> Self {
        let state = Arc::new(Mutex::new(State { portal: Portal::Refusing, streams: Vec::new(), written: 0 }));
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || serve(port, target, &shared));
        Relay { port, state, thread: Some(thread) }
    }

    /// Is nothing let through any more?
    pub(super) fn is_silent(&self) -> bool {
        locked(&self.state).is_silent()
    }

    pub(super) fn set(&self, portal: Portal) {
        let mut state = locked(&self.state);
        state.portal = portal;
        state.written = 0;
        if matches!(portal, Portal::Refusing | Portal::Over) {
            for stream in state.streams.drain(..) {
                // It may be closed already.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.set(Portal::Over);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(port: u16, target: u16, state: &Arc<Mutex<State>>) {
    let mut listener: Option<TcpListener> = None;
    loop {
        let portal = locked(state).portal;
        match portal {
            Portal::Over => return,
            // Without a listener the system refuses for us.
            Portal::Refusing => listener = None,
            Portal::Open | Portal::Silent | Portal::SilentAfter(_) if listener.is_none() => {
                listener = TcpListener::bind(("127.0.0.1", port)).ok();
                if let Some(listener) = &listener {
                    let _ = listener.set_nonblocking(true);
                }
            }
            Portal::Open | Portal::Silent | Portal::SilentAfter(_) => {}
        }
        match listener.as_ref().map(TcpListener::accept) {
            Some(Ok((near, _))) => connect(near, target, state),
            _ => thread::sleep(PAUSE),
        }
    }
}

fn connect(near: TcpStream, target: u16, state: &Arc<Mutex<State>>) {
    let Ok(far) = TcpStream::connect(("127.0.0.1", target)) else { return };
    let _ = (near.set_nonblocking(false), near.set_nodelay(true), far.set_nodelay(true));
    let (Ok(near_copy), Ok(far_copy)) = (near.try_clone(), far.try_clone()) else { return };
    let (Ok(near_end), Ok(far_end)) = (near.try_clone(), far.try_clone()) else { return };
    locked(state).streams.extend([near_end, far_end]);
    for (from, to, counted) in [(near, far, true), (far_copy, near_copy, false)] {
        let state = Arc::clone(state);
        thread::spawn(move || pass_on(from, to, &state, counted));
    }
}

/// Until one side closes; a silent portal holds what it has read.
fn pass_on(mut from: TcpStream, mut to: TcpStream, state: &Mutex<State>, counted: bool) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        // Requests to read and logins are smaller than a block.
        if counted && length > 1024 {
            locked(state).written += length as u64;
        }
        while locked(state).is_silent() {
            thread::sleep(PAUSE);
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::lab::tgtd::free_port;

    #[test]
    fn passes_on_refuses_and_passes_on_again() {
        let target = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback has a port");
        let relay = Relay::start(free_port().expect("a port"), target.local_addr().expect("it listens").port());
        assert!(TcpStream::connect(("127.0.0.1", relay.port)).is_err(), "it refuses at first");
        for word in ["one", "two"] {
            relay.set(Portal::Open);
            let mut near = (0..100)
                .find_map(|_| {
                    thread::sleep(PAUSE);
                    TcpStream::connect(("127.0.0.1", relay.port)).ok()
                })
                .expect("it listens soon");
            let (mut far, _) = target.accept().expect("the relay connects");
            near.write_all(word.as_bytes()).expect("it is open");
            let mut read = [0; 3];
            far.read_exact(&mut read).expect("it is passed on");
            assert_eq!(&read, word.as_bytes());
            relay.set(Portal::Refusing);
            assert_eq!(near.read(&mut read).unwrap_or(0), 0, "the connection ends");
        }
    }
}
