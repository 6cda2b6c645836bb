//! The functions of Terraform that reckon with networks: blocks of addresses, of version 4 or 6, with the length of what they have in common.

use super::term::{Known, Term};
use crate::source::Span;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a function of a name makes of arguments; nothing where it is none of these.
pub(super) fn call(name: &str, arguments: &[Term], place: Span) -> Option<Known<Term>> {
    let made = match name {
        "cidrhost" => host(arguments, place).map(|address| Term::text(address.to_string(), place)),
        "cidrnetmask" => mask(arguments, place).map(|mask| Term::text(mask.to_string(), place)),
        "cidrsubnet" => subnet(arguments, place).map(|network| network.said(place)),
        "cidrsubnets" => {
            subnets(arguments, place).map(|all| Term::list(all.into_iter().map(|network| network.said(place)), place))
        }
        _ => return None,
    };
    Some(made)
}

/// A block of addresses.
#[derive(Clone, Copy)]
struct Network {
    /// Its first address, as a number.
    first: u128,
    /// How many bits all its addresses have in common.
    bits: u32,
    /// How many an address has.
    of: u32,
}

impl Network {
    /// The one that the first argument says; of an address within it, the one around.
    fn read(arguments: &[Term], place: Span) -> Known<Self> {
        let text = argument(arguments, 0, place)?.as_text()?;
        let wrong = || Term::mistake(format!("`{text}` is no network: ADDRESS/BITS"), place);
        let (address, bits) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) = match address.parse().map_err(|_| wrong())? {
            IpAddr::V4(address) => (u128::from(address.to_bits()), Ipv4Addr::BITS),
            IpAddr::V6(address) => (address.to_bits(), Ipv6Addr::BITS),
        };
        let bits = bits.parse().ok().filter(|bits| *bits <= of).ok_or_else(wrong)?;
        let network = Self { first: number, bits, of };
        Ok(Self { first: number & !network.spare(), ..network })
    }

    /// The greatest number of an address in it, counted from its first.
    fn spare(self) -> u128 {
        u128::MAX.checked_shr(u128::BITS - (self.of - self.bits)).unwrap_or_default()
    }

    fn last(self) -> u128 {
        self.first | self.spare()
    }

    /// One of so many bits more that begins at an address.
    fn within(self, first: u128, more: i64, place: Span) -> Known<Self> {
        let bits =
            u32::try_from(more).ok().and_then(|more| self.bits.checked_add(more)).filter(|bits| *bits <= self.of);
        let too_many = || Term::mistake(format!("an address has no {more} bits more than {}", self.bits), place);
        Ok(Self { first, bits: bits.ok_or_else(too_many)?, of: self.of })
    }

    fn address(self, number: u128) -> IpAddr {
        match u32::try_from(number) {
            Ok(number) if self.of == Ipv4Addr::BITS => Ipv4Addr::from_bits(number).into(),
            _ => Ipv6Addr::from_bits(number).into(),
        }
    }

    fn said(self, place: Span) -> Term {
        Term::text(format!("{}/{}", self.address(self.first), self.bits), place)
    }
}

fn argument(arguments: &[Term], index: usize, place: Span) -> Known<&Term> {
    arguments.get(index).ok_or_else(|| Term::mistake("an argument is missing", place))
}

/// The address of a number in a network; a negative one is counted from its end.
fn host(arguments: &[Term], place: Span) -> Known<IpAddr> {
    let network = Network::read(arguments, place)?;
    let number = argument(arguments, 1, place)?.as_whole()?;
    let from = if number < 0 { u128::from(number.unsigned_abs()) - 1 } else { u128::from(number.unsigned_abs()) };
    if from > network.spare() {
        return Err(Term::mistake(format!("the network has no address of the number {number}"), place));
    }
    Ok(network.address(if number < 0 { network.last() - from } else { network.first + from }))
}

fn mask(arguments: &[Term], place: Span) -> Known<IpAddr> {
    let network = Network::read(arguments, place)?;
    if network.of != Ipv4Addr::BITS {
        return Err(Term::mistake("networks of version 6 have no mask", place));
    }
    Ok(network.address(u128::from(u32::MAX) & !network.spare()))
}

/// The one of a number among those of so many bits more.
fn subnet(arguments: &[Term], place: Span) -> Known<Network> {
    let network = Network::read(arguments, place)?;
    let more = argument(arguments, 1, place)?.as_whole()?;
    let number = argument(arguments, 2, place)?.as_whole()?;
    let inner = network.within(network.first, more, place)?;
    let none = || Term::mistake(format!("there is no network of the number {number} with {more} bits more"), place);
    let number = u128::try_from(number).map_err(|_| none())?;
    // Shifted by all bits, only the first would be left.
    let offset = if number == 0 { 0 } else { number.checked_mul(inner.spare().wrapping_add(1)).ok_or_else(none)? };
    if offset > network.spare() {
        return Err(none());
    }
    Ok(Network { first: network.first | offset, ..inner })
}

/// One behind the other, each of so many bits more.
fn subnets(arguments: &[Term], place: Span) -> Known<Vec<Network>> {
    let network = Network::read(arguments, place)?;
    let mut next = Some(network.first);
    let mut all = Vec::new();
    for more in arguments.iter().skip(1) {
        let inner = network.within(network.first, more.as_whole()?, place)?;
        // It begins where one of its length can.
        let first = next.and_then(|next| Some(next.checked_add(inner.spare())? & !inner.spare()));
        let inner = first.map(|first| Network { first, ..inner }).filter(|inner| inner.last() <= network.last());
        let inner = inner.ok_or_else(|| Term::mistake("the network has no room for all of these", place))?;
        next = inner.last().checked_add(1);
        all.push(inner);
    }
    Ok(all)
}
