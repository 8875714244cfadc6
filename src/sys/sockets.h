// Sockets that listen, and what is accepted on them.
#pragma once

#include <chrono>

#include "base/peer_address.h"
#include "base/result.h"
#include "sys/address.h"
#include "sys/descriptor.h"

namespace papo::sys {

// A non-blocking socket that listens on `address`. IPv6 takes IPv4 too where
// the host is "::" and not `ipv6_only`; where the machine has no IPv6, "::"
// means every IPv4 address. A path that a dead server left behind is replaced;
// one that somebody listens on is EADDRINUSE. Nobody can connect to a path
// before it has its mode and its group; the error of a group that is not there
// is ENOENT of kFindGroup.
//
// What is accepted on it ends, with ETIMEDOUT, when its peer has not answered
// for kDeadAfter: on Linux also when the kernel still holds what was sent to
// it.
base::Result<Descriptor> listen_on(const Address& address);

inline constexpr char kFindGroup[] = "find the group";
inline constexpr std::chrono::seconds kDeadAfter{50};

// Removes what a Unix socket leaves in the file system. While it still listens,
// so that it is not the file of another that has begun to.
void remove_socket_file(const Address& address);

// With the port that the system chose, for an address with port 0, and as IPv4
// where the machine has no IPv6.
base::Result<Address> bound_address(const Descriptor& listener,
                                    const Address& address);

// One connection that waits, non-blocking; an Error with EAGAIN when there is
// none, and with whatever else accept(2) says.
base::Result<Descriptor> accept_on(const Descriptor& listener,
                                   base::PeerAddress* peer);

}  // namespace papo::sys
