/* EF.COM, DG2 in its two forms, DG7, DG11, DG12: the worked examples of ICAO Doc 9303-10, appendix
 * A, and files of real documents as the gmrtd project publishes them (document/dg7_test.go,
 * dg11_test.go, dg12_test.go). ISO/IEC 39794-5: built by its schema; the published samples are
 * binary files that nobody prints. */
#include <string.h>

#include "base/file.h"
#include "formats/lds-details.h"

static GBytes *
hex (const char *text)
{
  GBytes *bytes = kiosk_hex_decode (text);

  g_assert_nonnull (bytes);
  return bytes;
}

static void
test_com (void)
{
  g_autoptr (GBytes) com = hex ("60165F0104303130375F36063034303030305C046175766C");
  g_autoptr (GBytes) odd = hex ("60045C026199");
  g_autoptr (GError) error = NULL;
  guint16 groups = 0;

  g_assert_true (kiosk_lds_parse_com (com, &groups, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (groups, ==, 1u << 0 | 1u << 1 | 1u << 3 | 1u << 11);
  g_assert_false (kiosk_lds_parse_com (odd, &groups, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
}

static KioskLdsPerson *
person (const char *text)
{
  g_autoptr (GBytes) dg11 = hex (text);
  g_autoptr (GError) error = NULL;
  KioskLdsPerson *self = kiosk_lds_parse_dg11 (dg11, &error);

  g_assert_no_error (error);
  return self;
}

static void
test_dg11_example (void)
{
  g_autoptr (KioskLdsPerson) self
    = person ("6B605C0A5F0E5F115F425F125F135F0E0D534D4954483C3C4A4F484E3C4A5F110A414E59544F574E3C4D"
              "4E5F4217313233204D41504C452052443C414E59544F574E3C4D4E5F120B313631323535353132313"
              "25F130C54524156454C3C4147454E54");

  g_assert_cmpstr (self->name, ==, "SMITH, JOHN J");
  g_assert_cmpstr (self->birth_place, ==, "ANYTOWN, MN");
  g_assert_cmpstr (self->address, ==, "123 MAPLE RD, ANYTOWN, MN");
  g_assert_cmpstr (self->telephone, ==, "16125551212");
  g_assert_cmpstr (self->profession, ==, "TRAVEL AGENT");
  g_assert_null (self->personal_number);
  g_assert_cmpuint (self->other_names->len, ==, 0);
  g_assert_null (kiosk_lds_person_chinese_name (self));
}

static void
test_dg11_chinese (void)
{
  g_autoptr (KioskLdsPerson) self
    = person ("6B1B5C045F0E5F0F5F0E06E8B5B5E5BDAC5F0F095A48414F3C3C42494E");

  g_assert_cmpstr (self->name, ==, "赵彬");
  g_assert_cmpuint (self->other_names->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->other_names, 0), ==, "ZHAO, BIN");
  g_assert_cmpstr (kiosk_lds_person_chinese_name (self), ==, "赵彬");
}

/* The Chinese name among the others, a packed date as in Malaysian passports, a number. */
static void
test_dg11_lists (void)
{
  g_autoptr (KioskLdsPerson) self
    = person ("6B355F0E094348414E3C3C54414DA01A0201025F0F09E999B3E5A4A7E696875F0F084348414E3C3C544D"
              "5F2B04199201155F1003413132");

  g_assert_cmpstr (self->name, ==, "CHAN, TAM");
  g_assert_cmpuint (self->other_names->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (self->other_names, 1), ==, "CHAN, TM");
  g_assert_cmpstr (kiosk_lds_person_chinese_name (self), ==, "陳大文");
  g_assert_cmpstr (self->birth_date, ==, "1992-01-15");
  g_assert_cmpstr (self->personal_number, ==, "A12");
}

static void
test_dg11_refused (void)
{
  static const char *const bad[] = {
    "6B055F0E02C328",       /* no UTF-8 */
    "6B055F0E02410A",       /* a line in a name */
    "6B075F2B0419921315",   /* no month 13 */
    "6B075F2B04199201FF",   /* no digits */
    "6B045F0E0541",         /* longer than its file */
    "6C055F0E024142",       /* another group */
    "6B08A0065F0F03414200", /* a NUL in a list */
    "6B",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) dg11 = hex (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (kiosk_lds_parse_dg11 (dg11, &error));
      g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
    }
}

static KioskLdsIssue *
issue (const char *text)
{
  g_autoptr (GBytes) dg12 = hex (text);
  g_autoptr (GError) error = NULL;
  KioskLdsIssue *self = kiosk_lds_parse_dg12 (dg12, &error);

  g_assert_no_error (error);
  return self;
}

static void
test_dg12_new_zealand (void)
{
  g_autoptr (KioskLdsIssue) self
    = issue ("6C205C045F555F565F550E32303136313131353031333631325F56064E2D34393632");

  g_assert_cmpstr (self->personalised, ==, "2016-11-15 01:36:12");
  g_assert_cmpstr (self->system, ==, "N-4962");
}

static void
test_dg12_france (void)
{
  g_autoptr (KioskLdsIssue) self = issue (
    "6C3E5C045F195F265F192A4A414B41525441202D20414D42415353414445204445204652414E434520454E"
    "20494E444F4E455349455F26083230313730393035");

  g_assert_cmpstr (self->authority, ==, "JAKARTA - AMBASSADE DE FRANCE EN INDONESIE");
  g_assert_cmpstr (self->issue_date, ==, "2017-09-05");
}

/* 9303's example of another person in the document; packed moments. */
static void
test_dg12_lists (void)
{
  g_autoptr (KioskLdsIssue) self = issue (
    "6C30A0150201015F1A0F534D4954483C3C4252454E44413C505F2604202109155F5507201711150136125F"
    "5601345F1B01"
    "58");

  g_assert_cmpuint (self->other_persons->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (self->other_persons, 0), ==, "SMITH, BRENDA P");
  g_assert_cmpstr (self->issue_date, ==, "2021-09-15");
  g_assert_cmpstr (self->personalised, ==, "2017-11-15 01:36:12");
  g_assert_cmpstr (self->endorsements, ==, "X");
}

static void
test_dg7 (void)
{
  g_autoptr (GBytes) dg7 = hex ("670A0201015F4304FFD8FFE0");
  g_autoptr (GBytes) other = hex ("670A0201015F430447494638");
  g_autoptr (GBytes) none = hex ("6703020100");
  g_autoptr (GError) error = NULL;
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg7 (dg7, &type, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (picture), ==, 4);
  g_assert_cmpstr (type, ==, "image/jpeg");
  g_assert_null (kiosk_lds_parse_dg7 (other, &type, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_null (kiosk_lds_parse_dg7 (none, &type, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_MALFORMED);
}

static GByteArray *
wrap (guint32 tag, GByteArray *inside)
{
  GByteArray *outer = g_byte_array_new ();

  kiosk_tlv_append (outer, tag, inside->data, inside->len);
  g_byte_array_unref (inside);
  return outer;
}

static void
put (GByteArray *to, GByteArray *object)
{
  g_byte_array_append (to, object->data, object->len);
  g_byte_array_unref (object);
}

/* The mandatory fields of the schema, its tags written down once more from there. */
static GByteArray *
make_face (const char *picture, gsize length)
{
  GByteArray *block = g_byte_array_new (), *format = g_byte_array_new (), *face;

  kiosk_tlv_append (block, 0x80, picture, length);
  kiosk_tlv_append (format, 0x80, "\2", 1);             /* code: jpeg */
  put (block, wrap (0xa1, wrap (0xa0, format)));        /* imageInformation2DBlock */
  block = wrap (0xa1, wrap (0xa0, wrap (0xa0, block))); /* imageRepresentation: base: 2D */
  face = g_byte_array_new ();
  kiosk_tlv_append (face, 0x80, "\0", 1); /* representationId */
  put (face, block);
  block = wrap (0xa1, wrap (0x30, face)); /* representationBlocks */
  face = g_byte_array_new ();
  kiosk_tlv_append (face, 0xa0, "\x80\1\3\x81\2\7\xe3", 7); /* versionBlock */
  put (face, block);
  return wrap (0x65, face);
}

static GBytes *
make_dg2 (guint32 tag, GByteArray *block)
{
  GByteArray *template = g_byte_array_new (), *group = g_byte_array_new ();

  kiosk_tlv_append (template, 0xa1, "\x81\1\2", 3);
  put (template, wrap (tag, block));
  kiosk_tlv_append (group, 0x02, "\1", 1);
  put (group, wrap (0x7f60, template));
  return g_byte_array_free_to_bytes (wrap (0x75, wrap (0x7f61, group)));
}

static void
assert_picture (GBytes *dg2, const char *wanted_type, const char *wanted, gsize length)
{
  g_autoptr (GError) error = NULL;
  const char *type = NULL;
  g_autoptr (GBytes) picture = kiosk_lds_parse_dg2 (dg2, &type, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (type, ==, wanted_type);
  g_assert_cmpmem (g_bytes_get_data (picture, NULL), (int)g_bytes_get_size (picture), wanted,
                   (int)length);
}

static void
test_dg2_39794 (void)
{
  static const char jpeg[] = "\xff\xd8\xff\xe0picture", codestream[] = "\xff\x4f\xff\x51picture";
  g_autoptr (GBytes) icao = make_dg2 (0x7f2e, wrap (0xa1, make_face (jpeg, sizeof jpeg)));
  g_autoptr (GBytes) bare = make_dg2 (0x7f2e, make_face (codestream, sizeof codestream));
  g_autoptr (GBytes) gif = make_dg2 (0x7f2e, make_face ("GIF89a", 6));
  g_autoptr (GError) error = NULL;
  const char *type;

  assert_picture (icao, "image/jpeg", jpeg, sizeof jpeg);
  assert_picture (bare, "image/jp2", codestream, sizeof codestream);
  g_assert_null (kiosk_lds_parse_dg2 (gif, &type, &error));
  g_assert_error (error, KIOSK_LDS_ERROR, KIOSK_LDS_ERROR_UNSUPPORTED);
  for (gsize length = 0; length < g_bytes_get_size (icao); length++)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (icao, 0, length);

      g_assert_null (kiosk_lds_parse_dg2 (cut, &type, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/icao-9303-10/ef-com", test_com);
  g_test_add_func ("/vectors/icao-9303-10/dg11-example", test_dg11_example);
  g_test_add_func ("/vectors/gmrtd/dg11-chinese-passport", test_dg11_chinese);
  g_test_add_func ("/vectors/gmrtd/dg12-new-zealand", test_dg12_new_zealand);
  g_test_add_func ("/vectors/gmrtd/dg12-france", test_dg12_france);
  g_test_add_func ("/vectors/icao-9303-10/dg12-other-person-and-packed-times", test_dg12_lists);
  g_test_add_func ("/formats/lds/dg11-finds-the-chinese-name-among-others", test_dg11_lists);
  g_test_add_func ("/formats/lds/dg11-out-of-form-is-refused", test_dg11_refused);
  g_test_add_func ("/formats/lds/dg7-gives-the-signature-s-picture", test_dg7);
  g_test_add_func ("/vectors/iso-39794-5/dg2-by-the-schema", test_dg2_39794);
  return g_test_run ();
}
