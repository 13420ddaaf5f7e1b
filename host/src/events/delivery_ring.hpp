/// \file
/// First in, first out, in one block that grows to the most that ever waited and is then used
/// again: an event takes no memory of its own while it waits.
#pragma once

#include "events/delivery.hpp"

#include <cstddef>
#include <vector>

namespace whatsflow::events {

class DeliveryRing {
public:
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

    void push_back(DeliveryPtr delivery) {
        if (size_ == slots_.size()) grow();
        slots_[(first_ + size_) & (slots_.size() - 1)] = std::move(delivery);
        ++size_;
    }

    /// Not of an empty one.
    DeliveryPtr pop_front() noexcept {
        DeliveryPtr front = std::move(slots_[first_]);
        first_ = (first_ + 1) & (slots_.size() - 1);
        --size_;
        return front;
    }

private:
    /// Always a power of two, so that going round is a mask.
    void grow() {
        std::vector<DeliveryPtr> larger(slots_.empty() ? 8 : slots_.size() * 2);
        for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move(slots_[(first_ + i) & (slots_.size() - 1)]);
        slots_ = std::move(larger);
        first_ = 0;
    }

    std::vector<DeliveryPtr> slots_;
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace whatsflow::events
