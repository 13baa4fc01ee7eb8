// The names that PDF's rules know (ISO 32000-2), after `#` escapes are decoded (7.3.5).
#pragma once

#include <cstdint>
#include <string_view>

namespace uploadgate::formats::pdf {

// Names that matter. The first `tracked_keys` of them are keys which may stand once in a dictionary.
// clang-format off
#define UPLOADGATE_PDF_NAMES(X)                                                                             \
  X(Type) X(Subtype) X(S) X(JS) X(JavaScript) X(OpenAction) X(AA) X(A) X(Next) X(URI) X(EF)                 \
  X(EmbeddedFiles) X(XFA) X(F) X(Length) X(Filter) X(DecodeParms) X(N) X(First) X(W) X(Index) X(Size)       \
  X(Prev) X(XRefStm) X(Root) X(Encrypt) X(Count) X(Parent) X(Ref) X(Collection) X(AF) X(Linearized) X(DP)   \
  X(Fl) X(FlateDecode) X(ASCIIHexDecode) X(AHx) X(ASCII85Decode) X(A85) X(Crypt) X(Predictor) X(Columns)    \
  X(Colors) X(BitsPerComponent) X(ObjStm) X(XRef) X(Page) X(Pages) X(Catalog) X(Form) X(GoTo) X(GoToR)      \
  X(GoToE) X(GoToDp) X(Launch) X(Thread) X(Sound) X(Movie) X(Hide) X(Named) X(SubmitForm) X(ResetForm)      \
  X(ImportData) X(SetOCGState) X(Rendition) X(Trans) X(GoTo3DView) X(RichMediaExecute) X(EmbeddedFile)      \
  X(FileAttachment) X(RichMedia) X(Screen) X(three_d) X(FirstPage) X(LastPage) X(NextPage) X(PrevPage)      \
  X(Font) X(XObject) X(ExtGState) X(ColorSpace) X(Pattern) X(Shading) X(Properties) X(CharProcs)            \
  X(ClassMap) X(Colorants) X(Dests) X(RoleMap) X(AP) X(Names) X(Kids) X(FFilter) X(Identity) X(Name) X(T)   \
  X(FT) X(Rect) X(Contents) X(MediaBox) X(Base) X(FontMatrix) X(Metadata) X(Image)
// clang-format on

enum class name : std::uint8_t {
  other = 0,
#define UPLOADGATE_PDF_NAME(n) n,
  UPLOADGATE_PDF_NAMES(UPLOADGATE_PDF_NAME)
#undef UPLOADGATE_PDF_NAME
};

inline constexpr unsigned tracked_keys = static_cast<unsigned>(name::Linearized);
static_assert(tracked_keys == 32);

// The bit of a tracked key; 0 for other names.
constexpr std::uint32_t bit(name n) {
  const auto i = static_cast<unsigned>(n);
  return i == 0 || i > tracked_keys ? 0U : 1U << (i - 1);
}

// find_name gives the name for decoded text without its solidus; other where the rules do not know it.
name find_name(std::string_view text);
// text gives a known name's spelling.
std::string_view text(name n);

}  // namespace uploadgate::formats::pdf
