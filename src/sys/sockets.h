// Sockets that listen, and what is accepted on them.
#pragma once

#include "app/connection.h"
#include "base/result.h"
#include "sys/address.h"
#include "sys/descriptor.h"

namespace papo::sys {

// A non-blocking socket that listens on `address`. IPv6 takes IPv4 too where
// the host is "::"; where the machine has no IPv6, "::" means every IPv4
// address. A path that a dead server left behind is replaced; one that
// somebody listens on is EADDRINUSE.
base::Result<Descriptor> listen_on(const Address& address);

// Removes what a Unix socket leaves in the file system. While it still listens,
// so that it is not the file of another that has begun to.
void remove_socket_file(const Address& address);

// The port that the system chose, for an address with port 0.
base::Result<Address> bound_address(const Descriptor& listener,
                                    const Address& address);

// One connection that waits, non-blocking; an Error with EAGAIN when there is
// none, and with whatever else accept(2) says.
base::Result<Descriptor> accept_on(const Descriptor& listener,
                                   app::PeerAddress* peer);

}  // namespace papo::sys
