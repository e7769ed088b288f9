/* Reads a calendar with libical. Usage: read-libical FILE
 * One line per event: UID, first day, day after the last, title, description (its line breaks as U+001F). */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size;
    char *text;
    if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 || !(text = malloc((size_t)size + 1)))
        exit(2);
    rewind(file);
    if (fread(text, 1, (size_t)size, file) != (size_t)size)
        exit(2);
    text[size] = '\0';
    fclose(file);
    return text;
}

static void day(struct icaltimetype time)
{
    if (!time.is_date)
        exit(3);
    printf("\t%04d-%02d-%02d", time.year, time.month, time.day);
}

static void text(const char *words)
{
    putchar('\t');
    for (; words && *words; words++)
        putchar(*words == '\n' ? '\x1f' : *words);
}

static void x_name(icalcomponent *calendar, const char *name)
{
    icalproperty *property = icalcomponent_get_first_property(calendar, ICAL_X_PROPERTY);
    for (; property; property = icalcomponent_get_next_property(calendar, ICAL_X_PROPERTY))
        if (!strcmp(icalproperty_get_x_name(property), name))
            text(icalproperty_get_x(property));
}

int main(int argc, char **argv)
{
    icalcomponent *calendar, *event;
    icalproperty *name;
    if (argc != 2 || !(calendar = icalparser_parse_string(whole(argv[1]))))
        return 2;
    if (icalcomponent_count_errors(calendar))
        return 4;
    event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        printf("%s", icalcomponent_get_uid(event));
        day(icalcomponent_get_dtstart(event));
        day(icalcomponent_get_dtend(event));
        text(icalcomponent_get_summary(event));
        text(icalcomponent_get_description(event));
        putchar('\n');
    }
    printf("calendar");
    x_name(calendar, "X-WR-CALNAME");
    name = icalcomponent_get_first_property(calendar, ICAL_NAME_PROPERTY);
    text(name ? icalproperty_get_name(name) : NULL);
    putchar('\n');
    icalcomponent_free(calendar);
    return 0;
}
