// Text that a shell, a server, a desktop or a player runs or follows, if it is given to them by its name.
#pragma once

#include "text_input.hpp"

namespace uploadgate::formats {

// judge_program_text: `piece` is the first of the file. By document_rules::program_text.
result judge_program_text(context& ctx, const text_piece& piece);
// judge_acting_markup: the same for markup that holds a script within the piece. Not for Markdown, which may
// begin with a tag and show code behind it.
result judge_acting_markup(context& ctx, const text_piece& piece);

}  // namespace uploadgate::formats
