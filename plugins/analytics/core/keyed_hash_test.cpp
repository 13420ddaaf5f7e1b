#include "keyed_hash.hpp"

#include <gtest/gtest.h>

namespace whatsflow::analytics {
namespace {

HashKey counting_key() {
    HashKey key;
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i);
    return key;
}

TEST(KeyedHash, IsSipHashAsItsAuthorsPublishedIt) {
    std::string message;
    for (int i = 0; i < 15; ++i) message += static_cast<char>(i);
    EXPECT_EQ(keyed_hash(counting_key(), {message}), 0xa129ca6149be45e5u);
    EXPECT_EQ(keyed_hash(counting_key(), {"Mozilla/5.0 Test", "203.0.113.9", "example.com", "example.com"}),
              11224586967890528748u);
}

TEST(KeyedHash, AnotherKeyGivesAnotherPseudonym) {
    EXPECT_NE(keyed_hash(random_key(), {"Mozilla"}), keyed_hash(random_key(), {"Mozilla"}));
}

TEST(KeyedHash, AHouseholdOfIpv6IsOneVisitor) {
    EXPECT_EQ(network_of("2001:db8:1:2:aaaa::1"), network_of("2001:db8:1:2:bbbb::9"));
    EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
    EXPECT_EQ(network_of("203.0.113.9"), "203.0.113.9");
}

TEST(KeyedHash, KeysSurviveBeingText) {
    EXPECT_EQ(key_of(text_of(counting_key())), counting_key());
    EXPECT_EQ(key_of("nonsense"), HashKey{});
}

}  // namespace
}  // namespace whatsflow::analytics
