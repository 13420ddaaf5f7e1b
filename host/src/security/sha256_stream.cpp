#include "security/sha256_stream.hpp"

#include "security/digest.hpp"

#include <sodium.h>

namespace whatsflow::security {

struct Sha256Stream::State {
    crypto_hash_sha256_state sum{};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
    crypto_hash_sha256_init(&state_->sum);
}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_->sum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string Sha256Stream::hex() {
    std::string raw(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256_final(&state_->sum, reinterpret_cast<unsigned char*>(raw.data()));
    return to_hex(raw);
}

}  // namespace whatsflow::security
