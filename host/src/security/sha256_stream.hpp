/// \file
/// SHA-256 of what comes piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace whatsflow::security {

class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream&) = delete;
    Sha256Stream& operator=(const Sha256Stream&) = delete;

    void add(std::string_view bytes);
    /// 64 lower-case hexadecimal digits of all that was added; the last call.
    std::string hex();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace whatsflow::security
