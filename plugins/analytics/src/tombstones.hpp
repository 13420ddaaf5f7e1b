/// \file
/// Ids of people who were forgotten, so that what comes late with one of them is not kept.
///
/// Only a digest with the lasting key is stored: who has the table cannot tell whom it is about.
#pragma once

#include "keys.hpp"

#include <set>

namespace whatsflow::analytics {

class Tombstones {
public:
    Tombstones(sdk::Host& host, Keys& keys) : host_(host), keys_(keys) {}

    /// Not inside a transaction: the first time in a day it makes a key.
    sdk::Result<void> prepare(const sdk::CallContext& context);
    sdk::Result<void> bury(const sdk::CallContext& context, const std::string& person);
    /// The id may be counted again. False when it was not buried.
    sdk::Result<bool> free(const sdk::CallContext& context, const std::string& person);
    /// Those of `people` who are forgotten.
    sdk::Result<std::set<std::string>> among(sdk::SqlExecutor& where, const sdk::CallContext& context,
                                             const std::set<std::string>& people);

private:
    sdk::Result<std::string> digest_of(const sdk::CallContext& context, const std::string& person);

    sdk::Host& host_;
    Keys& keys_;
};

}  // namespace whatsflow::analytics
