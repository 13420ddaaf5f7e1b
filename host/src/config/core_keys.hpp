/// \file
/// Every key of the core, once: its name, type, default, meaning and whether it is secret.
///
/// Validation, `config show`, the documented `config/whatsflow.toml` and the overrides from
/// the environment all read this table, so that none of them can disagree. Add a key here
/// first, then to `Configuration` and `to_configuration`.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace whatsflow::config {

enum class KeyType {
    text,
    texts,          ///< a list of texts
    text_or_texts,  ///< one, or a list
    integer,
    boolean,
};

enum class Secrecy {
    open,
    url_password,  ///< shown with the password replaced
    whole,         ///< never shown
};

struct CoreKey {
    std::string_view name;  ///< dotted
    KeyType type = KeyType::text;
    std::string_view default_json;  ///< as JSON; empty: worked out from other keys or the machine
    std::string_view description;
    std::int64_t minimum = 0;
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
    std::string_view choices{};  ///< `auto|manual`; empty: anything
    Secrecy secrecy = Secrecy::open;
};

/// In the order of the documentation.
std::span<const CoreKey> core_keys();

/// The key with this dotted name, or null.
const CoreKey* find_core_key(std::string_view name);

/// What a value of this key has to be, for messages: `a whole number from 1 to 65535`.
std::string expectation(const CoreKey& key);

}  // namespace whatsflow::config
