#!/usr/bin/env perl
# The Perl parsers of the consensus test, one a process: perl_peers.pl PEER. protocol.py tells the protocol.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Encode qw(encode_utf8);
use JSON::PP;
use MIME::Base64 qw(decode_base64 encode_base64);

my $json = JSON::PP->new->canonical;

sub part {
    my ($name, $filename, $data) = @_;
    return {
        name     => defined $name     ? encode_base64($name,     '') : undef,
        filename => defined $filename ? encode_base64($filename, '') : undef,
        sha256   => sha256_hex($data),
        size     => length $data,
    };
}

sub whole {
    my ($handle) = @_;
    binmode $handle;
    seek $handle, 0, 0;
    local $/;
    my $data = <$handle>;
    return defined $data ? $data : '';
}

my %peers = (
    # CGI.pm; fields of one name come together.
    cgi_pm => sub {
        require CGI;
        no warnings 'once';
        $CGI::LIST_CONTEXT_WARN = 0;
        return sub {
            my ($type, $body) = @_;
            local $ENV{REQUEST_METHOD} = 'POST';
            local $ENV{CONTENT_TYPE}   = $type;
            local $ENV{CONTENT_LENGTH} = length $body;
            local *STDIN;
            open STDIN, '<', \$body or die $!;
            CGI::initialize_globals();
            my $form = CGI->new;
            die $form->cgi_error . "\n" if $form->cgi_error;
            my @parts;
            for my $name ($form->param) {
                for my $value ($form->multi_param($name)) {
                    my $handle = ref $value ? $value : undef;
                    push @parts, part($name, $handle ? "$value" : undef, $handle ? whole($handle) : $value);
                }
            }
            return @parts;
        };
    },
    # HTTP::Body (Catalyst, Dancer); fields and files come apart.
    http_body => sub {
        require HTTP::Body;
        return sub {
            my ($type, $body) = @_;
            my $form = HTTP::Body->new($type, length $body);
            $form->cleanup(1);
            $form->add($body);
            die "not done\n" unless $form->state eq 'done';
            my @parts;
            for my $name (sort keys %{ $form->param }) {
                my $values = $form->param->{$name};
                push @parts, part($name, undef, $_) for ref $values ? @$values : $values;
            }
            for my $name (sort keys %{ $form->upload }) {
                my $files = $form->upload->{$name};
                for my $file (ref $files eq 'ARRAY' ? @$files : $files) {
                    open my $handle, '<', $file->{tempname} or die $!;
                    push @parts, part($name, $file->{filename}, whole($handle));
                }
            }
            return @parts;
        };
    },
    # Mojolicious; fields and uploads come apart.
    mojolicious => sub {
        require Mojo::Message::Request;
        require Mojolicious;
        return sub {
            my ($type, $body) = @_;
            die "no header\n" if $type =~ /[\r\n]/;
            my $request = Mojo::Message::Request->new;
            my $length  = length $body;
            $request->parse("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: $type\r\nContent-Length: $length\r\n\r\n$body");
            die "not done\n" if $request->error || !$request->is_finished || !$request->content->is_multipart;
            my $pairs = $request->body_params->pairs;
            my @parts;
            while (my ($name, $value) = splice @$pairs, 0, 2) { push @parts, part(encode_utf8($name), undef, encode_utf8($value)) }
            push @parts, part(encode_utf8($_->name), encode_utf8($_->filename), $_->slurp) for @{ $request->uploads };
            return @parts;
        };
    },
    # HTTP::Entity::Parser (Plack); fields and uploads come apart.
    http_entity_parser => sub {
        require HTTP::Entity::Parser;
        my $parser = HTTP::Entity::Parser->new;
        $parser->register('multipart/form-data', 'HTTP::Entity::Parser::MultiPart');
        return sub {
            my ($type, $body) = @_;
            open my $in, '<', \$body or die $!;
            my $request = { CONTENT_TYPE => $type, CONTENT_LENGTH => length $body, 'psgi.input' => $in };  # keeps the files
            my ($fields, $files) = $parser->parse($request);
            my @parts;
            while (my ($name, $value) = splice @$fields, 0, 2) { push @parts, part($name, undef, $value) }
            while (my ($name, $file) = splice @$files, 0, 2) {
                open my $handle, '<', $file->{tempname} or die $!;
                push @parts, part($name, $file->{filename}, whole($handle));
            }
            return @parts;
        };
    },
);

if ($ARGV[0] eq '--list') { print join(' ', sort keys %peers), "\n"; exit }
my $read = eval { $peers{ $ARGV[0] }->() } or do { print STDERR "missing: $@"; exit 1 };
open my $in, '<&', \*STDIN or die $!;
$| = 1;
my %packages = (cgi_pm => 'CGI', http_body => 'HTTP::Body', mojolicious => 'Mojolicious', http_entity_parser => 'HTTP::Entity::Parser');
my $version = $packages{ $ARGV[0] }->VERSION;
print $json->encode({ version => "$version" }), "\n";
while (my $line = <$in>) {
    chomp $line;
    my ($type, $body) = map { decode_base64($_) } split / /, $line, -1;
    my @parts = eval {
        die "no form\n" unless $type =~ m{^multipart/form-data}i;
        local $SIG{__WARN__} = sub { };
        $read->($type, $body);
    };
    my $why = $@;
    if ($why) { $why =~ s/[^ -~]/?/g }
    print $json->encode($why ? { accepted => JSON::PP::false, error => substr($why, 0, 80) }
                             : { accepted => JSON::PP::true, parts => \@parts }), "\n";
}
