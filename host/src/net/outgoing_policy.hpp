/// \file
/// Which addresses outgoing calls may go to.
///
/// Addresses written by tenants (their webhooks) must not reach into our own network: the
/// name is resolved once, every address is judged, and the connection goes to the address
/// that was judged, so that a name cannot change its mind in between.
#pragma once

#include <Poco/Net/IPAddress.h>

namespace whatsflow::net {

enum class PrivateAddresses {
    allowed,  ///< for destinations that the operator wrote into the configuration
    refused,  ///< for destinations that tenants wrote
};

struct OutgoingPolicy {
    PrivateAddresses private_addresses = PrivateAddresses::allowed;
};

/// Everything that is not a public unicast address: loopback, private, link-local, carrier
/// NAT, documentation, multicast, and IPv6 forms that carry such an IPv4 address.
bool is_private(const Poco::Net::IPAddress& address);

}  // namespace whatsflow::net
